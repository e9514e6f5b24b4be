export type { App, CliContext, ModeCommand } from './context.ts';
export { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
export type { CliIo, StopSignal, TextSink } from './io.ts';
export { main } from './main.ts';
export { runProcess } from './process.ts';
