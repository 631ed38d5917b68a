import type { BusinessEvent } from '../events/business-event.js';

/** An event in CloudEvents' words. */
export function viewEvent(event: BusinessEvent) {
  const { id, source, type, subject, at, recordedAt, receivedAt, sequence, data } = event;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: new Date(at),
    ...(recordedAt === undefined ? {} : { recordedtime: new Date(recordedAt) }),
    receivedtime: new Date(receivedAt),
    ...(sequence === undefined ? {} : { sequence }),
    data,
  };
}
