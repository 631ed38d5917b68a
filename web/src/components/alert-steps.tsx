import { Button, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExplainedAlert, Step } from '../api/types.js';
import { SilenceButton } from '../silences/silence-alert.js';
import { StepDialog } from './step-dialog.js';

/** What one may do with an alert now: 签收 → 派单 → 整改 → 销号, as the service says; and what is for others, with the reason. */
export function AlertSteps({ alert }: { readonly alert: ExplainedAlert }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Step>();
  const reasons = new Map<string, string[]>();
  for (const { step, why } of alert.refused)
    reasons.set(why, [...(reasons.get(why) ?? []), t(`step.${step}`)]);
  return (
    <div className="gap-below">
      <Space wrap className="alert-steps">
        {alert.steps.map((step, index) => (
          <Button key={step} type={index === 0 ? 'primary' : 'default'} onClick={() => setAsked(step)}>
            {t(`step.${step}`)}
          </Button>
        ))}
        <SilenceButton alert={alert} />
      </Space>
      {[...reasons].map(([why, steps]) => (
        <div key={why} className="faint refused">
          {t('step.refused', { steps: steps.join('、'), why: t(`step.why.${why}`) })}
        </div>
      ))}
      {asked && <StepDialog alerts={[alert]} step={asked} onDone={() => setAsked(undefined)} />}
    </div>
  );
}
