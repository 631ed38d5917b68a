import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ScrollRegion } from '../components/scroll-region.js';
import { diffLines, type DiffLine, foldSame } from './diff-lines.js';

const SIGNS = { same: ' ', removed: '−', added: '+' } as const;

/** Two texts laid over each other, line by line. What went and what came is said by a sign and a word, not by colour alone. */
export function LineDiff(props: { readonly before: string; readonly after: string; readonly label: string }) {
  const { before, after, label } = props;
  const { t } = useTranslation();
  const parts = useMemo(() => foldSame(diffLines(before, after)), [before, after]);
  const isSame = parts.every((part) => 'skipped' in part);
  if (isSame) return <p className="faint">{t('ruleVersions.sameText')}</p>;
  return (
    <ScrollRegion label={label}>
      <table className="line-diff">
        <thead className="unseen">
          <tr>
            <th scope="col">{t('proposals.before')}</th>
            <th scope="col">{t('proposals.after')}</th>
            <th scope="col">{t('ruleVersions.line')}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) =>
            'skipped' in part ? (
              <tr key={index} className="line-skipped">
                <td colSpan={3}>{t('ruleVersions.skipped', { count: part.skipped })}</td>
              </tr>
            ) : (
              part.lines.map((line) => <Line key={`${line.before}:${line.after}`} line={line} />)
            ),
          )}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Line({ line: { kind, text, before, after } }: { readonly line: DiffLine }) {
  const { t } = useTranslation();
  const code = <code>{`${SIGNS[kind]} ${text}`}</code>;
  return (
    <tr className={`line-${kind}`}>
      <td className="line-number">{before}</td>
      <td className="line-number">{after}</td>
      <td>
        {kind !== 'same' && <span className="unseen">{t(`ruleVersions.${kind}`)} </span>}
        {kind === 'removed' ? <del>{code}</del> : kind === 'added' ? <ins>{code}</ins> : code}
      </td>
    </tr>
  );
}
