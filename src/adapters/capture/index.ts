export { MergedCaptures } from './merge.ts';
export { Capture, CaptureError, type CapturedMessage, MAX_LINE_BYTES } from './reader.ts';
