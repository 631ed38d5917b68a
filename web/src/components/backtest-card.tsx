import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert as Notice, App, Button, Card, DatePicker, Progress, Table } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backtest } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';
import { Chip } from './chip.js';
import { fromBusinessTime, toBusinessDate, toBusinessTime } from './show.js';

const REFRESH_MS = 1_000;
const SHOWN_EXAMPLES = 20;

/** Days of business, first and last. */
type Period = readonly [dayjs.Dayjs, dayjs.Dayjs];
const startOf = (day: dayjs.Dayjs) => fromBusinessTime(`${day.format('YYYY-MM-DD')} 00:00`);
const isOn = ({ status }: Backtest) => status === 'waiting' || status === 'running';

/** The last month, today included. */
function lastMonth(): Period {
  const today = dayjs(toBusinessDate(Date.now()));
  return [today.subtract(30, 'day'), today];
}

/** Starts a backtest of a rule's text over past events, follows it, and shows which alerts would be gained and lost. */
export function BacktestCard({ file, text }: { readonly file: string; readonly text: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [period, setPeriod] = useState<Period>(lastMonth);
  const [id, setId] = useState<string>();
  const { data: job } = useQuery({
    queryKey: ['getBacktest', { params: { id } }],
    queryFn: () => api.getBacktest({ params: { id: id ?? '' } }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data && !isOn(state.data) ? false : REFRESH_MS),
  });
  const isRunning = id !== undefined && (!job || isOn(job));
  const start = useMutation({
    mutationFn: () =>
      api.startBacktest({
        body: {
          changes: [{ file, text }],
          from: startOf(period[0]),
          // Exclusive: the last day counts as a whole.
          to: startOf(period[1].add(1, 'day')),
        },
      }),
    onSuccess: (started) => setId(started.id),
    onError: (error) => void message.error(errorText(error)),
  });
  const cancel = useMutation({
    mutationFn: () => api.cancelBacktest({ params: { id: id ?? '' } }),
    onError: (error) => void message.error(errorText(error)),
  });
  const progress = job?.progress;
  return (
    <Card size="small" title={t('backtest.title')} className="gap-below">
      <div className="backtest-start">
        <DatePicker.RangePicker
          allowClear={false}
          value={[period[0], period[1]]}
          aria-label={t('backtest.period')}
          onChange={(days) => days?.[0] && days[1] && setPeriod([days[0], days[1]])}
        />
        <Button loading={start.isPending || isRunning} disabled={file === ''} onClick={() => start.mutate()}>
          {t('backtest.start')}
        </Button>
        {isRunning && (
          <Button type="link" onClick={() => cancel.mutate()}>
            {t('backtest.cancel')}
          </Button>
        )}
      </div>
      {isRunning && (
        <Progress
          percent={progress?.of ? Math.round((progress.done / progress.of) * 100) : 0}
          format={() => t(`backtest.phase.${progress?.phase ?? 'waiting'}`, { done: progress?.done ?? 0 })}
          aria-label={t('backtest.title')}
        />
      )}
      {job?.status === 'cancelled' && <p role="status">{t('backtest.cancelled')}</p>}
      {job?.failure && <Notice type="error" showIcon title={job.failure} />}
      {job?.problems?.map(({ line, message: said }) => (
        <Notice
          key={`${line}${said}`}
          type="error"
          title={`${t('edit.place', { line, column: 1 })} ${said}`}
        />
      ))}
      {job?.result && <Result result={job.result} />}
    </Card>
  );
}

type BacktestResult = NonNullable<Backtest['result']>;

function Result({ result }: { readonly result: BacktestResult }) {
  const { t } = useTranslation();
  const { total, events, examples } = result;
  return (
    <div role="status" className="gap-above backtest-result">
      <p>
        {t('backtest.sum', {
          live: total.live,
          candidate: total.candidate,
          events: events.replayed,
          records: events.records,
        })}
      </p>
      <p>
        <Chip tone="bad">{t('backtest.gained', { count: total.gained })}</Chip>{' '}
        <Chip tone="good">{t('backtest.lost', { count: total.lost })}</Chip>{' '}
        <Chip>
          {t('backtest.moved', { count: total.earlier + total.later + total.severity + total.post })}
        </Chip>
      </p>
      {examples.length > 0 && (
        <Table<BacktestResult['examples'][number]>
          rowKey={({ rule, subject, stage, kinds }) => `${rule}|${subject.id}|${stage ?? ''}|${kinds.join()}`}
          size="small"
          pagination={false}
          scroll={{ x: 460 }}
          dataSource={examples.slice(0, SHOWN_EXAMPLES)}
          columns={[
            {
              title: t('backtest.change'),
              width: 90,
              render: (_, { kinds }) => kinds.map((kind) => t(`backtest.kind.${kind}`)).join('、'),
            },
            { title: t('alerts.subject'), width: 140, render: (_, { subject }) => subject.id },
            {
              title: t('alerts.title_'),
              render: (_, { live, candidate }) => {
                const shown = candidate ?? live;
                return (
                  shown && (
                    <>
                      {shown.title} <span className="faint">{toBusinessTime(shown.raisedAt)}</span>
                    </>
                  )
                );
              },
            },
          ]}
        />
      )}
    </div>
  );
}
