import { isConsult } from './traits.js';
import type { Story, TellOptions } from './story.js';

/** The feed of all simulated events. */
export const FEED = 'sim-sales';

export function tellOpened(story: Story, options?: TellOptions): void {
  const { process, customer, traits, managingUnit, random } = story;
  const sameCity = traits.sameCity ? { sameCity: true } : random.chance(0.3) ? { sameCity: false } : {};
  story.tell(
    'workorder.opened',
    {
      process: process.process,
      customerNo: customer.customerNo,
      customerClass: customer.customerClass,
      managingUnit,
      feed: FEED,
      ...sameCity,
      ...(isConsult(process) && { attributes: { projectDetermined: traits.determined } }),
    },
    options,
  );
}
