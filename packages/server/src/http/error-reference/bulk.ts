import type { ExplanationsOf } from './explanation.ts';

export const ofBulk: ExplanationsOf<'bulk.'> = {
  'errormessage.bulk.load.not.found': {
    when: 'There is no such bulk load, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.bulk.load.state': {
    when: 'The bulk load is too far along, or not far enough, for what was asked; the argument names its state.',
    next: 'Read the load to see how far it is.',
  },
  'errormessage.bulk.load.offset': {
    when: 'A part of a file does not begin where the load’s bytes end; the argument says where they end.',
    next: 'Go on from that byte.',
  },
  'errormessage.bulk.load.malformed': {
    when: 'The file cannot be taken apart from the row in the argument on, for example for a quote that is never closed.',
    next: 'Correct the file there and load it again; rows before it are done.',
  },
  'errormessage.bulk.load.other.caller': {
    when: 'Another caller opened the load.',
    next: 'Open a load of your own.',
  },
  'errormessage.bulk.operation.not.found': {
    when: 'There is no such bulk data operation, or it belongs to another tenant.',
    next: 'Check the id.',
  },
  'errormessage.bulk.operation.not.over': {
    when: 'An operation was to be undone while it is at work.',
    next: 'Wait until it is over, or cancel it first.',
  },
};
