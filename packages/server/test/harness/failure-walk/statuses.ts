/** The failures of the OpenAPI document by the test file that produces each of them at every operation. */
export const walkedStatuses = {
  requests: ['400', '406', '413', '415'],
  callers: ['401', '403', '404'],
  states: ['409', '412', '422', '428'],
  servers: ['429', '500', '503'],
} as const;
