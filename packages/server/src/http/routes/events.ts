import { Type } from 'typebox';
import type { Services } from '../../context.ts';
import { EventPage, EventQuery } from '../../contract/events.ts';
import { createEventFeed } from '../../ops/events/feed.ts';
import { listEvents } from '../../ops/events/list.ts';
import type { App } from '../app-type.ts';
import { serveEndpoint } from '../endpoint.ts';

/** What has happened to a tenant's data, for its other systems. */
export function serveEvents(app: App, services: Services): void {
  const feed = createEventFeed(services);
  // Whoever waits is answered at once, or a drain would take as long as they wait.
  app.addHook('preClose', (done) => {
    feed.stop();
    done();
  });

  serveEndpoint(app, services, {
    method: 'GET',
    url: '/events/:tenantId',
    security: 'access-token',
    operation: listEvents,
    summary: 'Read the events after a number, or wait for the next',
    description:
      'Each event has a number, without gaps, from when its change is committed. Send `last_number` as `after` of the ' +
      'next request, and no event is missed or seen twice. With `wait` the answer comes as soon as there is an event.',
    tag: 'Records API',
    params: Type.Object({ tenantId: Type.String() }),
    query: EventQuery,
    // An event in a form that a later version wrote must not hide all that come after it.
    success: { schema: EventPage, isWrittenAsIs: true },
    input: ({ query, gone }) => ({ query, feed, gone: gone() }),
    present: (body) => ({ body }),
  });
}
