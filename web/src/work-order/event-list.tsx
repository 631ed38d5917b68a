import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { WorkOrderPage } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { Time } from '../components/show.js';
import { isLate } from './known-moments.js';

/** Everything that happened, in the order it occurred; what was entered later says so. */
export function EventList({ timeline }: Pick<WorkOrderPage, 'timeline'>) {
  const { t } = useTranslation();
  return (
    <Timeline
      className="events"
      items={timeline.map((event) => ({
        key: `${event.source}${event.id}`,
        ...(isLate(event) && { color: 'orange' }),
        content: (
          <div className="event" data-event={event.type}>
            <Time at={event.time} />
            <b>{t(`eventType.${event.type.replace(/^yxzy\./, '').replaceAll('.', '_')}`, event.type)}</b>
            <span>{describe(event.data, (role) => t(`workOrders.roles.${role}`, role))}</span>
            {isLate(event) && (
              <span className="faint">
                <Chip tone="warn">{t('workOrders.late')}</Chip> {t('workOrders.recordedAt')}{' '}
                <Time at={event.recordedtime} />
              </span>
            )}
          </div>
        ),
      }))}
    />
  );
}

/** The words of an event's data that a reader looks for; the rest is at the API. */
function describe(data: Readonly<Record<string, unknown>>, roleWord: (role: string) => string): string {
  const { stage, nextStage, document, role, form, reason, result } = data;
  const next = typeof nextStage === 'string' ? `→ ${nextStage}` : undefined;
  const word = typeof role === 'string' ? roleWord(role) : undefined;
  const texts = [stage, next, document, word, form, reason, result];
  return texts.filter((text): text is string => typeof text === 'string' && text !== '').join(' ');
}
