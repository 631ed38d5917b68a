import type { Connection } from 'mongoose';

/** An alert that MongoDB has confirmed: a supervisor can see it from now on. */
export interface StoredAlert {
  readonly recordId: string;
  /** When it happened: the time of the event, or the limit that an event showed to have passed, epoch ms. */
  readonly firstAt: number;
}

/** Tells of every new alert at the moment at which MongoDB has confirmed it. */
export function noteStoredAlerts(
  connection: Connection,
  stored: (alerts: readonly StoredAlert[], at: number) => void,
): void {
  const alerts = connection.models['Alert']?.collection;
  if (!alerts) throw new Error('noteStoredAlerts: compose the service first');
  const insertMany = alerts.insertMany.bind(alerts);
  alerts.insertMany = async (...args: Parameters<typeof insertMany>) => {
    const result = await insertMany(...args);
    stored(
      args[0].map((alert) => ({
        recordId: String(alert['recordId']),
        firstAt: (alert['firstAt'] as Date).getTime(),
      })),
      Date.now(),
    );
    return result;
  };
}
