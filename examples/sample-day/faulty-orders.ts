import { tellOffline, tellShortfalls, tellWrongWays } from './faulty-flows.js';
import { tellEntries, tellForms, tellUnsent } from './faulty-forms.js';
import { tellHandovers, tellSameCity } from './faulty-papers.js';
import { makeStage } from './scenes.js';
import type { Scene } from './scenes.js';

/** Work orders on which something is wrong, one thing at a time, each with the rules that find it. */
export function makeFaultyOrders(): Scene[] {
  const stage = makeStage(101);
  tellSameCity(stage);
  tellHandovers(stage);
  tellForms(stage);
  tellUnsent(stage);
  tellEntries(stage);
  tellWrongWays(stage);
  tellShortfalls(stage);
  tellOffline(stage);
  return stage.scenes;
}
