import { useTranslation } from 'react-i18next';
import type { Basis } from '../api/types.js';
import { Chip } from './chip.js';

/** What a rule rests on, and how sure that is: an assumption never looks like law. */
export function BasisList({
  basis,
}: {
  readonly basis: readonly Pick<Basis, 'document' | 'article' | 'certainty'>[];
}) {
  const { t } = useTranslation();
  return (
    <ul className="plain-list">
      {basis.map(({ document, article, certainty }) => (
        <li key={`${document}${article ?? ''}`}>
          《{document}》{article}
          {certainty && (
            <Chip tone={certainty === 'seen' ? 'good' : certainty === 'assumption' ? 'warn' : 'plain'}>
              {t(`certainty.${certainty}`)}
            </Chip>
          )}
        </li>
      ))}
    </ul>
  );
}
