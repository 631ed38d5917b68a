import { PrinterOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Collapse, Empty, Progress, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { isUnreachable, type InputOf } from '../api/client.js';
import { useGet, useHasRole, useMe } from '../api/hooks.js';
import type { Inspection } from '../api/types.js';
import { Chip } from '../components/chip.js';
import { FileDocuments } from '../components/file-documents.js';
import { InspectionPlace } from '../components/inspection-place.js';
import { QueryState } from '../components/query-state.js';
import { Time } from '../components/show.js';
import { useErrorText } from '../error-text.js';
import {
  keyOf,
  placesOf,
  useDraft,
  type Draft,
  type EntryChanges,
  type InspectionResult,
  type Place,
} from '../inspection-draft.js';
import { dropPhoto, readPhoto } from '../photo-store.js';
import { toEvidenceType } from '../save-file.js';
import { useApi } from '../session.js';

/** One inspection task, done item by item: on a phone, also without a network, and to be printed. */
export function InspectionPage() {
  const { id = '' } = useParams();
  const query = useGet('getInspection', { params: { id } });
  return (
    <QueryState isPending={query.isPending} error={query.error} onRetry={() => void query.refetch()}>
      {query.data && <TaskSheet task={query.data} />}
    </QueryState>
  );
}

function TaskSheet({ task }: { readonly task: Inspection }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const errorText = useErrorText();
  const me = useMe();
  const queries = useQueryClient();
  const save = useSaveResults(task.id);
  const { draft, enter, settle } = useDraft(me?.id, task.id);
  const [isChecked, setChecked] = useState(false);
  const places = placesOf(task);
  const stored = new Map(
    (task.results ?? []).map((result) => [keyOf(result.item, result.workOrder), result]),
  );
  const mayDo = useHasRole('inspector', 'supervisor');
  const isReadOnly = task.status === 'done' || !mayDo;
  const resultOf = ({ key }: Place) => draft[key]?.result ?? stored.get(key)?.result;
  const answered = places.filter((place) => resultOf(place) !== undefined).length;
  const failed = places.filter((place) => resultOf(place) === 'fail');
  const isComplete =
    answered === places.length &&
    failed.every(({ key }) => (draft[key]?.finding ?? stored.get(key)?.finding ?? '').trim() !== '');
  const waiting = Object.keys(draft).length;

  const send = useMutation({
    mutationFn: (submit: boolean) => save(draft, stored, submit),
    onSuccess: async (sent, submit) => {
      settle(sent);
      void message.success(t(submit ? 'inspections.submitted' : 'inspections.saved'));
      await queries.invalidateQueries({ queryKey: ['getInspection', { params: { id: task.id } }] });
    },
    onError: (error) =>
      void message.error(isUnreachable(error) ? t('inspections.offline') : errorText(error)),
  });
  const submit = () => {
    setChecked(true);
    if (!isComplete) {
      void message.warning(t('inspections.incomplete', { count: places.length - answered }));
      requestAnimationFrame(() => document.querySelector('[data-open]')?.scrollIntoView({ block: 'center' }));
      return;
    }
    modal.confirm({
      title: t('inspections.submitTitle'),
      content: t('inspections.submitText', { count: failed.length }),
      okText: t('inspections.submit'),
      onOk: () => send.mutateAsync(true).catch(() => undefined),
    });
  };
  const placeProps = (place: Place) => ({
    taskId: task.id,
    place,
    stored: stored.get(place.key),
    entry: draft[place.key],
    isReadOnly,
    isChecked,
    onEnter: (changes: EntryChanges) => enter(place, changes),
  });

  return (
    <>
      <Typography.Title level={1} className="page-title">
        {task.plan.name}{' '}
        <Chip tone={task.status === 'done' ? 'good' : 'info'}>{t(`inspections.status.${task.status}`)}</Chip>
      </Typography.Title>
      <p className="task-facts">
        {task.orgUnitName} · {task.date} · {t('inspections.dueAt')}{' '}
        <Time at={task.dueAt} isLate={task.overdue === true} />
        {task.submittedAt && (
          <>
            {' · '}
            {t('inspections.submittedBy', { who: task.submittedBy })} <Time at={task.submittedAt} />
          </>
        )}
      </p>
      {task.draw && (
        <p className="faint">
          {t('inspections.draw', {
            population: task.draw.populationSize,
            drawn: task.samples.length,
            ratio: `${Math.round(task.draw.ratio * 100)}%`,
            seed: task.draw.seed.slice(0, 12),
          })}
        </p>
      )}
      {places.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('inspections.noSamples')} />
      )}
      <ol className="places panel">
        {places
          .filter(({ workOrder }) => workOrder === undefined)
          .map((place) => (
            <InspectionPlace key={place.key} {...placeProps(place)} />
          ))}
      </ol>
      {task.samples.length > 0 && (
        <Collapse
          className="samples"
          defaultActiveKey={task.samples.slice(0, 1).map(({ workOrder }) => workOrder)}
          items={task.samples.map(({ workOrder, process, documents }) => {
            const own = places.filter((place) => place.workOrder === workOrder);
            const done = own.filter((place) => resultOf(place) !== undefined).length;
            return {
              key: workOrder,
              forceRender: true,
              label: (
                <>
                  {workOrder} {process}{' '}
                  <Chip tone={done === own.length ? 'good' : 'plain'}>
                    {done}/{own.length}
                  </Chip>
                </>
              ),
              children: (
                <>
                  <p>
                    <Link to={`/work-orders/${encodeURIComponent(workOrder)}`}>
                      {t('alerts.openWorkOrder')}
                    </Link>
                  </p>
                  {documents && <FileDocuments documents={documents} />}
                  <ol className="places">
                    {own.map((place) => (
                      <InspectionPlace key={place.key} {...placeProps(place)} />
                    ))}
                  </ol>
                </>
              ),
            };
          })}
        />
      )}
      <div className="task-bar">
        <Progress
          percent={places.length === 0 ? 100 : Math.round((answered / places.length) * 100)}
          format={() => `${answered}/${places.length}`}
          aria-label={t('inspections.progress')}
        />
        {waiting > 0 && <span className="faint">{t('inspections.onDevice', { count: waiting })}</span>}
        <span className="task-buttons">
          <Button
            icon={<PrinterOutlined />}
            aria-label={t('inspections.print')}
            onClick={() => window.print()}
          />
          {!isReadOnly && (
            <>
              <Button onClick={() => send.mutate(false)} loading={send.isPending} disabled={waiting === 0}>
                {t('inspections.save')}
              </Button>
              <Button type="primary" onClick={submit} disabled={send.isPending}>
                {t('inspections.submit')}
              </Button>
            </>
          )}
        </span>
      </div>
    </>
  );
}

/** Sends what waits on the device: photos first, then results. Answers what was sent, as it stood in the draft. */
function useSaveResults(taskId: string) {
  const api = useApi();
  const params = { id: taskId };
  return async (
    draft: Draft,
    stored: ReadonlyMap<string, InspectionResult>,
    submit: boolean,
  ): Promise<Draft> => {
    // What is not whole yet stays on the device.
    const ready = Object.entries(draft).filter(
      ([key, { result = stored.get(key)?.result, finding = stored.get(key)?.finding ?? '' }]) =>
        result !== undefined && (result !== 'fail' || finding.trim() !== ''),
    );
    const results: InputOf<'recordInspection'>['body']['results'][number][] = [];
    for (const [key, { photos = [], finding, ...entry }] of ready) {
      const before = stored.get(key);
      const result = entry.result ?? before?.result;
      if (result === undefined) continue;
      const responsible = entry.responsible?.trim();
      const attachments = [...(before?.attachments ?? [])];
      for (const [index, photo] of photos.entries()) {
        const file = await readPhoto(photo);
        if (!file) continue;
        const { id } = await api.addInspectionEvidence({
          params,
          query: { fileName: `photo-${index + 1}.jpg` },
          raw: { contentType: toEvidenceType(file), body: file },
        });
        attachments.push(id);
      }
      results.push({
        item: entry.item,
        ...(entry.workOrder !== undefined && { workOrder: entry.workOrder }),
        result,
        ...(result === 'fail' && finding?.trim() && { finding: finding.trim() }),
        // What is absent stays as the service has it; an empty text takes the person away.
        ...(result === 'fail' && responsible !== undefined && { responsible }),
        ...(attachments.length > 0 && { attachments: [...new Set(attachments)] }),
      });
    }
    await api.recordInspection({ params, body: { results, submit } });
    for (const [, { photos = [] }] of ready) for (const photo of photos) await dropPhoto(photo);
    return Object.fromEntries(ready);
  };
}
