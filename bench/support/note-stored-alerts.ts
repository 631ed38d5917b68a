import type { Connection } from 'mongoose';

/** Tells of every alert at the moment at which MongoDB has confirmed it: when a supervisor could first see it. */
export function noteStoredAlerts(
  connection: Connection,
  stored: (recordIds: readonly string[], at: number) => void,
): void {
  const alerts = connection.models['Alert']?.collection;
  if (!alerts) throw new Error('noteStoredAlerts: compose the service first');
  const insertMany = alerts.insertMany.bind(alerts);
  alerts.insertMany = async (...args: Parameters<typeof insertMany>) => {
    const result = await insertMany(...args);
    stored(
      args[0].map((alert) => String(alert['recordId'])),
      Date.now(),
    );
    return result;
  };
}
