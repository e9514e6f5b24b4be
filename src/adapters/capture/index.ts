export { MergedCaptures } from './merge.ts';
export { Capture, type CapturedMessage, MAX_LINE_BYTES } from './reader.ts';
export { CaptureError, CaptureText } from './text.ts';
