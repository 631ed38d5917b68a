import { useMutation } from '@tanstack/react-query';
import { App, Button, Card, Form, Input, Skeleton, Space, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import template from '../../../rules/_template.json';
import { ApiError } from '../api/client.js';
import { useGet } from '../api/hooks.js';
import { BacktestCard } from '../components/backtest-card.js';
import { Chip } from '../components/chip.js';
import type { Mark } from '../components/json-editor.js';
import { QueryState } from '../components/query-state.js';
import { useErrorText } from '../error-text.js';
import { useApi } from '../session.js';

const JsonEditor = lazy(() =>
  import('../components/json-editor.js').then((m) => ({ default: m.JsonEditor })),
);

/** The text of a rule, written, checked, tried, backtested and put forward for a second person to approve. */
export function RuleEditPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const wanted = useSearchParams()[0].get('version');
  if (id === undefined)
    return <RuleEditor title={t('edit.new')} file="" text={`${JSON.stringify(template, null, 2)}\n`} />;
  return <RuleInUse key={`${id}@${wanted ?? ''}`} id={id} wanted={wanted} />;
}

interface Start {
  readonly version: number;
  readonly file: string;
  readonly text: string;
}

/** The editor of a rule that there is. It starts from what is read first: what others publish meanwhile must not take away what is typed. */
function RuleInUse({ id, wanted }: { readonly id: string; readonly wanted: string | null }) {
  const { t } = useTranslation();
  const query = useGet('listRuleVersions', { params: { id } });
  const now = useGet('getRuleFile', wanted === null && { params: { id } });
  const [start, setStart] = useState<Start>();
  const versions = query.data?.items ?? [];
  const [latest] = versions;
  const former = wanted === null ? undefined : versions.find(({ version }) => String(version) === wanted);
  // A rule that is out of use starts from what it said last.
  const isGone = now.error instanceof ApiError && now.error.status === 404;
  const last = former ?? (isGone ? latest : undefined);
  const read = last ? { ...last, text: last.source } : now.data;
  // What is kept from an earlier visit may be old.
  const isReading = query.isFetching || now.isFetching;
  if (!start && read && !isReading) setStart({ version: read.version, file: read.file, text: read.text });
  return (
    <QueryState
      isPending={!start && isReading}
      error={start ? null : (query.error ?? (isGone ? null : now.error))}
      isEmpty={!start}
      onRetry={() => void Promise.all([query.refetch(), now.refetch()])}
    >
      {start && (
        <RuleEditor
          title={t('edit.title', { name: latest?.name ?? id, version: start.version })}
          file={start.file}
          text={start.text}
        />
      )}
    </QueryState>
  );
}

function RuleEditor(props: { readonly title: string; readonly file: string; readonly text: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState(props.text);
  const [file, setFile] = useState(props.file);
  const [marks, setMarks] = useState<readonly Mark[]>([]);
  const [isDark] = useState(() => document.documentElement.dataset['theme'] === 'dark');
  const path = file || fileOf(text);
  return (
    <>
      <Typography.Title level={1} className="page-title">
        {props.title}
      </Typography.Title>
      <div className="edit">
        <Card
          size="small"
          title={<FileName file={file} path={path} isNew={props.file === ''} onChange={setFile} />}
        >
          <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 12 }} />}>
            <JsonEditor
              value={props.text}
              isDark={isDark}
              label={t('edit.text')}
              marks={marks}
              onChange={setText}
            />
          </Suspense>
          <p className="faint">{t('edit.keys')}</p>
        </Card>
        <div>
          <TryCard text={text} onMarks={setMarks} />
          <BacktestCard file={path} text={text} />
          <ProposeCard file={path} text={text} />
        </div>
      </div>
    </>
  );
}

function FileName(props: {
  readonly file: string;
  readonly path: string;
  readonly isNew: boolean;
  readonly onChange: (file: string) => void;
}) {
  const { t } = useTranslation();
  if (!props.isNew) return <>{props.path}</>;
  return (
    <Input
      aria-label={t('edit.file')}
      placeholder={props.path || t('edit.file')}
      value={props.file}
      onChange={({ target }) => props.onChange(target.value.trim())}
    />
  );
}

function TryCard({
  text,
  onMarks,
}: {
  readonly text: string;
  readonly onMarks: (marks: readonly Mark[]) => void;
}) {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const [workOrder, setWorkOrder] = useState('');
  const run = useMutation({
    mutationFn: (checked: string) =>
      api.tryRule({ body: { text: checked, ...(workOrder !== '' && { workOrder }) } }),
    onSuccess: ({ errors, warnings }) =>
      onMarks([
        ...errors.map((error) => ({ ...error, isWarning: false })),
        ...warnings.map((warning) => ({ ...warning, isWarning: true })),
      ]),
    onError: (error) => void message.error(errorText(error)),
  });
  const tried = run.data;
  // A verdict is on the text that it was passed on.
  const hasChanged = run.variables !== text;
  return (
    <Card size="small" title={t('edit.check')} className="gap-below">
      <Space.Compact block>
        <Input
          aria-label={t('edit.workOrder')}
          placeholder={t('edit.workOrder')}
          value={workOrder}
          maxLength={200}
          onChange={({ target }) => setWorkOrder(target.value.trim())}
        />
        <Button type="primary" loading={run.isPending} onClick={() => run.mutate(text)}>
          {t('edit.run')}
        </Button>
      </Space.Compact>
      {tried && (
        <div className="gap-above" role="status">
          {hasChanged ? (
            <Chip tone="warn">{t('edit.changed')}</Chip>
          ) : (
            <Chip tone={tried.valid ? 'good' : 'bad'}>
              {tried.valid ? t('edit.valid') : t('edit.invalid', { count: tried.errors.length })}
            </Chip>
          )}
          <ul className="plain-list">
            {[...tried.errors, ...tried.warnings].map(({ line, column, path, message: said }) => (
              <li key={`${line}:${column}:${said}`}>
                <span className="faint">
                  {t('edit.place', { line, column })} {path}
                </span>{' '}
                {said}
              </li>
            ))}
            {tried.cases.map(({ case: name, passed, reason }) => (
              <li key={name}>
                <Chip tone={passed ? 'good' : 'bad'}>{t(passed ? 'edit.passed' : 'edit.failed')}</Chip> {name}
                {reason && <div className="faint">{reason}</div>}
              </li>
            ))}
          </ul>
          {tried.explanation && <p className="explained">{tried.explanation.summary}</p>}
        </div>
      )}
    </Card>
  );
}

function ProposeCard({ file, text }: { readonly file: string; readonly text: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const propose = useMutation({
    mutationFn: ({ reason }: { reason: string }) =>
      api.proposeRules({ body: { changes: [{ file, text }], reason } }),
    onSuccess: () => void navigate('/rules/proposals'),
    onError: (error) => void message.error(errorText(error)),
  });
  return (
    <Card
      size="small"
      title={t('edit.propose')}
      extra={<Link to="/rules/proposals">{t('proposals.title')}</Link>}
    >
      <Form<{ reason: string }> layout="vertical" onFinish={(entry) => propose.mutate(entry)}>
        <Form.Item
          name="reason"
          label={t('edit.reason')}
          extra={t('edit.second')}
          rules={[{ required: true, whitespace: true, min: 4, message: t('edit.reasonNeeded') }]}
        >
          <Input.TextArea rows={2} maxLength={1000} />
        </Form.Item>
        <Button htmlType="submit" loading={propose.isPending} disabled={file === ''}>
          {t('edit.submit')}
        </Button>
      </Form>
    </Card>
  );
}

/** Where a new rule goes unless another place is said: among the unit's own, under its id. */
function fileOf(text: string): string {
  const id = /"id"\s*:\s*"([a-z0-9-]{1,80})"/.exec(text)?.[1];
  return id === undefined ? '' : `own/${id}.json`;
}
