import type { VirtualDialect } from '../options.ts';
import { bc66 } from './bc66.ts';
import { gsm } from './gsm.ts';
import { lte } from './lte.ts';
import type { Profile } from './profile.ts';
import { rg } from './rg.ts';
import { ugxx } from './ugxx.ts';

/** The generations that can be simulated. */
export const PROFILES: Readonly<Record<VirtualDialect, Profile>> = { lte, ugxx, rg, gsm, bc66 };
