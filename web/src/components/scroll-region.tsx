import type { ReactNode } from 'react';

/** What may be wider than a phone: scrolls by itself, by finger and by keyboard, and not the whole page. */
export function ScrollRegion({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="scroll-region" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
