import { useTranslation } from 'react-i18next';

const SIGNS = ['stage', 'open', 'clock', 'beyond', 'alert', 'event', 'lateEvent', 'off', 'closed'] as const;

/** What the signs of the drawing mean. */
export function ChartLegend({ hasPauses }: { readonly hasPauses: boolean }) {
  const { t } = useTranslation();
  const signs = hasPauses ? [...SIGNS, 'paused' as const] : SIGNS;
  return (
    <ul className="chart-legend" aria-label={t('workOrders.legend')}>
      {signs.map((sign) => (
        <li key={sign}>
          <i className={`sign sign-${sign}`} aria-hidden="true" />
          {t(`workOrders.signs.${sign}`)}
        </li>
      ))}
    </ul>
  );
}
