/** Why nothing can listen at a place, as a sentence that names the settings (`PORT`, `HOST`) which chose it. */
export function listenError(cause: unknown, place: string, settings: { port: string; host: string }): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(`${place} is taken by another program; set ${settings.port} to a free one`, { cause });
  }
  if (code === 'EACCES') {
    return new Error(`this user may not listen on ${place}; set ${settings.port} to 1024 or above`, { cause });
  }
  return new Error(`this machine cannot listen on ${place}; correct ${settings.host}`, { cause });
}
