export type Answer = { status: number; headers: Headers; body: any };

/** One HTTP request; a body that is an object is sent as JSON. */
export type HttpCaller = (
  method: string,
  path: string,
  options?: { headers?: Record<string, string>; body?: unknown },
) => Promise<Answer>;

/** Calls the server at `url`, and answers whatever it answers. */
export function httpCaller(url: string): HttpCaller {
  return async (method, path, options = {}) => {
    const isText = typeof options.body === 'string';
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(options.body !== undefined && !isText ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: isText ? String(options.body) : JSON.stringify(options.body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  };
}
