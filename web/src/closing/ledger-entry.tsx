import { Button, Descriptions, Space, Timeline } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useGet, useOrgUnits } from '../api/hooks.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { type AssessmentStep, LedgerStepForm } from './ledger-step-form.js';

/** One thing that is charged: for what, by which clause, what became of it, and what I may do about it. */
export function LedgerEntry({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const query = useGet('getAssessment', { params: { id } });
  const { nameOf } = useOrgUnits();
  const [asked, setAsked] = useState<AssessmentStep>();
  const entry = query.data;
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {entry && (
        <>
          <p>{entry.finding.title}</p>
          <p className="faint">
            {entry.finding.reason} · {entry.finding.confirmedBy} · <Time at={entry.finding.confirmedAt} />
          </p>
          <p>
            <Link
              to={`/${entry.finding.kind === 'alert' ? 'alerts' : 'inspections'}/${encodeURIComponent(entry.finding.id)}`}
            >
              {t('ledger.source')}
            </Link>
          </p>
          <Descriptions
            size="small"
            column={1}
            className="gap-below"
            items={[
              {
                key: 'clause',
                label: t('ledger.clause'),
                children: `${entry.clause.id} ${entry.clause.title}`,
              },
              {
                key: 'charged',
                label: t('ledger.charged'),
                children: entry.charged.kind === 'team' ? nameOf(entry.charged.id) : entry.charged.id,
              },
              { key: 'amount', label: t('ledger.amount'), children: t('ledger.amounts', entry) },
              ...(entry.points !== entry.initial.points || entry.money !== entry.initial.money
                ? [
                    {
                      key: 'initial',
                      label: t('ledger.initial'),
                      children: t('ledger.amounts', entry.initial),
                    },
                  ]
                : []),
              ...(entry.appealUntil === undefined
                ? []
                : [
                    {
                      key: 'until',
                      label: t('ledger.appealUntil'),
                      children: <Time at={entry.appealUntil} />,
                    },
                  ]),
            ]}
          />
          <Space wrap className="gap-below">
            {entry.steps?.map((step) => (
              <Button key={step} onClick={() => setAsked(step)}>
                {t(`ledger.step.${step}`)}
              </Button>
            ))}
          </Space>
          <Timeline
            items={entry.history.map(({ at, what, who, note }, index) => ({
              key: index,
              content: (
                <>
                  {t(`ledger.status.${what}`)} · {who === 'system' ? t('history.system') : who}
                  <div className="faint">
                    <Time at={at} />
                  </div>
                  {note}
                </>
              ),
            }))}
          />
          {asked && <LedgerStepForm entry={entry} step={asked} onDone={() => setAsked(undefined)} />}
        </>
      )}
    </QueryState>
  );
}
