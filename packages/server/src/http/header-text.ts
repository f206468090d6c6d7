/** A request header as one text; one that was sent several times is a list (RFC 9110, section 5.3). */
export const headerText = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(', ') : header;
