/** No wildcard, and nothing that could end the directive of a content security policy that names the origin. */
const shape = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:]+\])(?::\d{1,5})?$/;
const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Whether this is an origin as browsers write it (RFC 6454, section 6.2): no path, no default port, a host name in
 * small letters and ASCII. Over HTTPS, but for a developer's own machine.
 */
export function isOrigin(text: string): boolean {
  const url = shape.test(text) ? URL.parse(text) : null;
  if (url?.origin !== text) return false;
  return url.protocol === 'https:' || loopback.test(url.hostname);
}
