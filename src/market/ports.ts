/** One raw venue message: the bytes as they came, when they came, and for whom. */
export interface MarketFrame {
  /** Instrument index, or -1 when the message names its symbol itself. */
  readonly symbol: number;
  /** Receive time: whole seconds since the epoch, and ns within. Two numbers make no garbage. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Valid only until the receiver returns; copied if kept. */
  readonly bytes: Uint8Array;
}

/** A source of raw market messages for a set of instruments. */
export interface MarketFeed {
  /** Registers the one receiver; frames come in receive order. */
  onFrame(receive: (frame: MarketFrame) => void): void;
  /**
   * Asks for a fresh full-depth snapshot of one instrument. It arrives as an ordinary frame; asking
   * again while one is under way does nothing.
   */
  requestSnapshot(symbol: number): void;
}
