import { Descriptions, Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import { Chip } from '../components/chip.js';
import { QueryState } from '../components/query-state.js';
import { ScrollRegion } from '../components/scroll-region.js';
import { Time } from '../components/show.js';
import { useReasonText } from './use-reason-text.js';

/** While it is looked at: what became of an event is known a moment after it was taken up again. */
const REFRESH_MS = 3_000;
const TONES = { received: 'info', processed: 'good', dead: 'bad' } as const;

/** One letter: what was wrong, what became of it, and the event as it was sent, personal data masked by the service. */
export function DeadLetterSheet(props: { readonly id: string | undefined; readonly onClose: () => void }) {
  const { id, onClose } = props;
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const query = useGet('getDeadLetter', id !== undefined && { params: { id } }, REFRESH_MS);
  const letter = query.data?.id === id ? query.data : undefined;
  const sent = letter?.event?.event ?? letter?.raw;
  return (
    <Drawer open={id !== undefined} onClose={onClose} size={640} title={t('dead.letter')}>
      <QueryState
        isPending={!letter && query.error === null}
        error={query.error}
        onRetry={() => void query.refetch()}
      >
        {letter && (
          <>
            <Descriptions
              column={1}
              size="small"
              items={[
                { label: t('common.reason'), children: reasonText(letter.reason) },
                { label: t('dead.error'), children: letter.error ?? t('common.none') },
                { label: t('common.time'), children: <Time at={letter.at} /> },
                { label: t('dead.attempts'), children: letter.attempts },
                {
                  label: t('dead.replays'),
                  children: (
                    <>
                      {letter.replayCount} {letter.replayedAt && <Time at={letter.replayedAt} />}
                    </>
                  ),
                },
                ...(letter.event
                  ? [
                      {
                        label: t('dead.now'),
                        children: (
                          <Chip tone={TONES[letter.event.status]}>
                            {t(`dead.eventStatus.${letter.event.status}`)}
                          </Chip>
                        ),
                      },
                    ]
                  : []),
              ]}
            />
            <h2 className="section-title">{t('dead.sent')}</h2>
            {sent === undefined ? (
              <p className="faint">{t('dead.gone')}</p>
            ) : (
              <ScrollRegion label={t('dead.sent')}>
                <pre className="sent">{typeof sent === 'string' ? sent : JSON.stringify(sent, null, 2)}</pre>
              </ScrollRegion>
            )}
            {letter.truncated && <p className="late">{t('dead.truncated')}</p>}
          </>
        )}
      </QueryState>
    </Drawer>
  );
}
