import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useGet } from '../api/hooks.js';
import type { EvidenceFile } from '../api/types.js';
import { useErrorText } from '../error-text.js';
import { saveFile } from '../save-file.js';
import { useApi } from '../session.js';
import { StoredPhoto } from './photo.js';
import { QueryState } from './query-state.js';
import { Time } from './show.js';

/** Photos and documents of an alert: photos are shown, all can be saved. */
export function EvidenceList({ alertId }: { readonly alertId: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const query = useGet('listAlertEvidence', { params: { id: alertId } });
  const files = query.data?.items ?? [];
  const save = ({ id, fileName }: EvidenceFile) =>
    api.getAlertEvidence({ params: { id: alertId, file: id } }).then(
      (blob) => saveFile(blob, fileName),
      (error: Error) => void message.error(errorText(error)),
    );
  return (
    <QueryState
      isPending={query.isPending}
      error={query.error}
      isEmpty={files.length === 0}
      emptyText={t('evidence.none')}
      onRetry={() => void query.refetch()}
    >
      <ul className="plain-list evidence">
        {files.map((file) => (
          <li key={file.id}>
            {file.type.startsWith('image/') && (
              <StoredPhoto of="alert" id={alertId} file={file.id} label={file.fileName} />
            )}
            <span>
              {file.fileName}{' '}
              <span className="faint">{t('evidence.size', { kb: Math.ceil(file.size / 1024) })}</span>
              <br />
              <span className="faint">
                {file.by} · <Time at={file.at} />
              </span>
            </span>
            <Button icon={<DownloadOutlined />} onClick={() => void save(file)}>
              {t('evidence.save')}
            </Button>
          </li>
        ))}
      </ul>
    </QueryState>
  );
}
