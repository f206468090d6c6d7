import type { ExplanationsOf } from './explanation.ts';

export const ofFiles: ExplanationsOf<'file.'> = {
  'errormessage.file.not.found': {
    when: 'There is no such file, or the caller may not know of it.',
    next: 'Check the id; a file that no record names is removed 24 hours after it was announced.',
  },
  'errormessage.file.not.uploaded': {
    when: 'A file was completed before its bytes were uploaded.',
    next: 'Upload the bytes by the link of the announcement, then complete it.',
  },
  'errormessage.file.refused': {
    when: 'What was uploaded is not what was announced, or the malware scanner did not pass it; the argument says which.',
    next: 'Announce the file again and upload it anew.',
  },
  'errormessage.file.taken': {
    when: 'The file is named by another record, or was announced for another field.',
    next: 'Upload it again for this record and field.',
  },
  'errormessage.file.link.invalid': {
    when: 'A link to upload or download is wrong or over, or its file is gone.',
    next: 'Ask for a new link.',
  },
};
