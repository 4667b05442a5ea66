/** Bytes to frames to meaning, and time: `urchestra/streams`. */
export { type Classifier, createClassifier, type LineMeaning } from './classify.ts';
export * from './clock.ts';
export { type Field, parseFields } from './fields.ts';
export { createFramer, type Frame, type FrameHints, type Framer, frames } from './frames.ts';
export { Reader, type WireEvent } from './reader.ts';
export { isBootNotice, type Urc, type UrcName } from './urcs.ts';
