export { MergedCaptures } from './merge.ts';
export { Capture, type CapturedMessage, CaptureError, MAX_LINE_BYTES } from './reader.ts';
