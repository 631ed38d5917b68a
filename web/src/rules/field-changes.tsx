import { useTranslation } from 'react-i18next';
import type { Proposal } from '../api/types.js';
import { ScrollRegion } from '../components/scroll-region.js';

/** What a rule said in each field before and after. */
export function FieldChanges(props: {
  readonly fields: Proposal['diff'][number]['fields'];
  readonly label: string;
}) {
  const { fields, label } = props;
  const { t } = useTranslation();
  return (
    <ScrollRegion label={label}>
      <table className="diff">
        <thead>
          <tr>
            <th scope="col">{t('proposals.field')}</th>
            <th scope="col">{t('proposals.before')}</th>
            <th scope="col">{t('proposals.after')}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, before, after }) => (
            <tr key={path}>
              <th scope="row">{path}</th>
              <td>{before === undefined ? '—' : <del>{show(before)}</del>}</td>
              <td>{after === undefined ? '—' : <ins>{show(after)}</ins>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** Texts as they are read; what is larger than a line, over several. */
function show(value: unknown): string {
  if (typeof value === 'string') return value;
  const line = JSON.stringify(value);
  return line.length > 60 ? JSON.stringify(value, null, 2) : line;
}
