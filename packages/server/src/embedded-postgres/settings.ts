/** PostgreSQL's own names and units. Durability is PostgreSQL's default; it is spelt out because everything rests on it. */
const defaults: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  // 8,000 updates a second write about 1 GB of log a minute just after a checkpoint: room for it, or they never end.
  max_wal_size: '4GB',
  wal_buffers: '16MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // Short statements: compiling one takes longer than running it.
  jit: 'off',
  // Rows that change often and queues that empty fill with dead versions; small and often is cheaper than rare and big.
  autovacuum_naptime: '15s',
  autovacuum_vacuum_scale_factor: '0.05',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Not for anyone to change. Statements, their parameters and their errors may hold a customer's data, so none is logged:
 * Onfile gets each error and logs it by its own rules.
 */
const fixed: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

/** The arguments of `postgres` for these settings; none of them is a secret. */
export function serverArguments(clusterDirectory: string, port: number, settings: Record<string, string>): string[] {
  const all = { ...defaults, ...settings, ...fixed, port: String(port) };
  return ['-D', clusterDirectory, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
