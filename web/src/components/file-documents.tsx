import { useTranslation } from 'react-i18next';
import type { Inspection } from '../api/types.js';
import { Chip } from './chip.js';

type FileDocument = NonNullable<Inspection['samples'][number]['documents']>[number];

/** What the file of a sampled work order must hold, to be ticked off against the paper. */
export function FileDocuments({ documents }: { readonly documents: readonly FileDocument[] }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="faint">{t('inspections.file.title')}</p>
      <ul className="checklist">
        {documents.map(({ document, need, received, signatures, onlyFor }) => (
          <li key={document}>
            {document} <Chip tone="plain">{need}</Chip>{' '}
            <Chip tone={received ? 'good' : need === '必备' ? 'bad' : 'warn'}>
              {t(received ? 'inspections.file.received' : 'inspections.file.missing')}
            </Chip>{' '}
            {signatures.map(({ role, recorded }) => (
              <span key={role} className="faint">
                {t(`inspections.file.role.${role}`, role)}
                {t(recorded ? 'inspections.file.signed' : 'inspections.file.unsigned')}{' '}
              </span>
            ))}
            {onlyFor && (
              <span className="faint">{t('inspections.file.onlyFor', { classes: onlyFor.join('、') })}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
