import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Card, Segmented, Slider } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WorkOrderPage } from '../api/types.js';
import { toBusinessTime } from '../components/show.js';
import { type KnownBy, knownMoments } from './known-moments.js';

const BASES: readonly KnownBy[] = ['received', 'recorded'];

/** Goes back to what was known at a moment: one step for each moment at which something became known, the last is now. */
export function KnownSlider(props: {
  readonly timeline: WorkOrderPage['timeline'];
  readonly by: KnownBy;
  /** The moment chosen, epoch ms; undefined: now. */
  readonly at: number | undefined;
  readonly isLoading: boolean;
  readonly later: number | undefined;
  readonly onChange: (at: number | undefined) => void;
  readonly onBasis: (by: KnownBy) => void;
}) {
  const { timeline, by, at, isLoading, later, onChange, onBasis } = props;
  const { t } = useTranslation();
  const moments = knownMoments(timeline, by);
  const now = moments.length;
  const place = at === undefined ? now : Math.max(0, moments.findLastIndex((moment) => moment <= at));
  const [dragged, setDragged] = useState(place);
  useEffect(() => setDragged(place), [place]);
  const wordOf = (index: number) => {
    const moment = moments[index];
    return moment === undefined ? t('workOrders.known.now') : toBusinessTime(moment);
  };
  const go = (index: number) => onChange(moments[index]);
  const said =
    at === undefined
      ? t('workOrders.known.all', { count: timeline.length })
      : isLoading || later === undefined
        ? t('workOrders.known.loading')
        : t('workOrders.known.later', { count: later });
  return (
    <Card size="small" title={t('workOrders.known.title')} className={`known gap-below ${at === undefined ? '' : 'known-past'}`}
      extra={
        <Segmented size="small" aria-label={t('workOrders.known.by')} value={by} onChange={onBasis}
          options={BASES.map((value) => ({ value, label: t(`workOrders.known.${value}`) }))} />
      }
    >
      <p className="faint known-hint">{t('workOrders.known.hint')}</p>
      <div className="known-row">
        <Button icon={<LeftOutlined />} aria-label={t('workOrders.known.earlier')} disabled={place === 0} onClick={() => go(place - 1)} />
        <Slider
          className="known-slider"
          min={0}
          max={now}
          value={dragged}
          onChange={setDragged}
          onChangeComplete={go}
          dots={now <= 40}
          tooltip={{ formatter: (index) => wordOf(index ?? now) }}
          ariaLabelForHandle={t('workOrders.known.title')}
          ariaValueTextFormatterForHandle={(index) => wordOf(index)}
        />
        <Button icon={<RightOutlined />} aria-label={t('workOrders.known.next')} disabled={place === now} onClick={() => go(place + 1)} />
      </div>
      <div className="known-said" role="status">
        <b>{at === undefined
            ? t('workOrders.known.now')
            : t('workOrders.known.at', { time: dragged === place ? toBusinessTime(at) : wordOf(dragged) })}</b>
        <span className="faint">{said}</span>
        {at !== undefined && (
          <Button size="small" type="primary" onClick={() => onChange(undefined)}>
            {t('workOrders.known.back')}
          </Button>
        )}
      </div>
    </Card>
  );
} // prettier-ignore
