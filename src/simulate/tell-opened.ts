import { openingAttributes } from './attribute-fault-kinds.js';
import { isConsult } from './traits.js';
import type { Story, TellOptions } from './story.js';

/** The feed of all simulated events. */
export const FEED = 'sim-sales';

export function tellOpened(story: Story, options?: TellOptions): void {
  const { process, customer, traits, managingUnit, random } = story;
  const sameCity = traits.sameCity ? { sameCity: true } : random.chance(0.3) ? { sameCity: false } : {};
  const attributes = {
    ...(isConsult(process) && { projectDetermined: traits.determined }),
    ...openingAttributes(story),
  };
  story.tell(
    'workorder.opened',
    {
      process: process.process,
      customerNo: customer.customerNo,
      customerClass: customer.customerClass,
      managingUnit,
      ...(!story.isOld && { feed: FEED }),
      ...sameCity,
      ...(Object.keys(attributes).length > 0 && { attributes }),
    },
    options,
  );
}
