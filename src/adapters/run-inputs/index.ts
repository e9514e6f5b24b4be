export { type InputFile, inputFile, listInputFiles } from './input-files.ts';
export { InputReadError, readInputLines } from './input-reader.ts';
export { InputWriter, type InputWriterOptions } from './input-writer.ts';
