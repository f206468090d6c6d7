import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { hasCode } from '../system-error.ts';
import { logRequest } from './request-log.ts';

/** Logs nothing of its own but answers that broke off once they had begun: no hook runs for those. */
export class StreamFailures extends LogController {
  constructor() {
    super({ disableRequestLogging: true, requestIdLogLabel: 'traceId' });
  }

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    // The client went away, which is its own affair.
    if (!hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) {
      request.errorCode = 'errormessage.internal';
      request.log.error({ errorCode: request.errorCode, err: error }, 'an answer broke off');
    }
    logRequest(request, reply);
  }
}
