import { Alert as Notice, Button, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useHasRole } from '../api/hooks.js';
import type { Alert, Step } from '../api/types.js';
import { StepDialog } from './step-dialog.js';

const STEPS = ['acknowledge', 'dispatch', 'close', 'comment'] as const;
/** As many as the service takes at once. */
export const MAX_BULK = 100;

/** Steps on all alerts that are chosen. Each is taken or refused on its own, and what was refused is said. */
export function BulkBar(props: { readonly chosen: readonly Alert[]; readonly onClear: () => void }) {
  const { chosen, onClear } = props;
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Step>();
  const [refused, setRefused] = useState<readonly { readonly title: string; readonly reason: string }[]>([]);
  const maySupervise = useHasRole('supervisor');
  const isTooMany = chosen.length > MAX_BULK;
  return (
    <>
      {chosen.length > 0 && (
        <Space wrap className="bulk-bar" role="group" aria-label={t('bulk.title')}>
          <span>{t('bulk.chosen', { count: chosen.length })}</span>
          {maySupervise ? (
            STEPS.map((step) => (
              <Button key={step} disabled={isTooMany} onClick={() => setAsked(step)}>
                {t(`step.${step}`)}
              </Button>
            ))
          ) : (
            <span className="faint">{t('bulk.forSupervisors')}</span>
          )}
          {isTooMany && <span className="late">{t('bulk.tooMany', { count: MAX_BULK })}</span>}
          <Button type="link" onClick={onClear}>
            {t('bulk.clear')}
          </Button>
        </Space>
      )}
      {refused.length > 0 && (
        <Notice
          type="warning"
          showIcon
          closable={{ onClose: () => setRefused([]) }}
          className="gap-below"
          title={t('bulk.refused', { count: refused.length })}
          description={
            <ul className="plain-list">
              {refused.map(({ title, reason }) => (
                <li key={title}>
                  {title} — {reason}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {asked && (
        <StepDialog
          alerts={chosen}
          step={asked}
          onDone={(those) => {
            const titles = new Map(chosen.map(({ id, title }) => [id, title]));
            setRefused(those.map(({ id, reason }) => ({ title: titles.get(id) ?? id, reason })));
            setAsked(undefined);
          }}
        />
      )}
    </>
  );
}
