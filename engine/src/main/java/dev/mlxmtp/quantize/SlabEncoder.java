package dev.mlxmtp.quantize;

import dev.mlxmtp.mlx.QuantMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads, packs and writes rows of tensors, with memory of its own for one slab. One a thread. */
final class SlabEncoder {
  /** Numbers in a slab, unless one row alone has more. */
  static final int NUMBERS = 1 << 20;

  private final MxEncoder.Scale scale;
  private final OutputShards out;
  private ByteBuffer bytes = NumberReader.buffer(0);
  private float[] numbers = {};
  private byte[] codes = {};
  private byte[] scales = {};

  SlabEncoder(MxEncoder.Scale scale, OutputShards out) {
    this.scale = scale;
    this.out = out;
  }

  /** Rows of one tensor. */
  record Slab(Planned tensor, Parts parts, NumberReader reader, long firstRow, int rows) {
    long sourceBytes() {
      return (long) rows * tensor.width() * tensor.type().bytes();
    }
  }

  void encode(Slab slab) throws IOException {
    int n = slab.rows() * slab.tensor().width();
    if (numbers.length < n) {
      numbers = new float[n];
      bytes = NumberReader.buffer(4 * n);
      codes = new byte[n];
      scales = new byte[n / MxEncoder.GROUP + 1];
    }
    slab.reader().read(slab.firstRow(), slab.rows(), bytes, numbers);
    if (slab.tensor().format().isPresent()) {
      pack(slab, n);
    } else {
      keep(slab, n);
    }
  }

  private void pack(Slab slab, int n) throws IOException {
    MxEncoder encoder =
        slab.tensor().format().orElseThrow().mode() == QuantMode.MXFP4
            ? MxEncoder.MXFP4
            : MxEncoder.MXFP8;
    encoder.encode(numbers, n, scale, slab.tensor().keptType(), codes, scales);
    List<Parts.Part> parts = slab.parts().parts();
    write(parts.get(0), slab, ByteBuffer.wrap(codes, 0, encoder.codeBytes(n)));
    write(parts.get(1), slab, ByteBuffer.wrap(scales, 0, n / MxEncoder.GROUP));
  }

  private void keep(Slab slab, int n) throws IOException {
    if (slab.tensor().type() == FloatType.F8_E4M3) {
      bytes.clear();
      for (int i = 0; i < n; i++) {
        float rounded = FloatType.BF16.round(numbers[i]);
        bytes.putShort((short) (Float.floatToRawIntBits(rounded) >>> Short.SIZE));
      }
      bytes.flip();
    } else {
      bytes.rewind();
    }
    write(slab.parts().parts().getFirst(), slab, bytes);
  }

  private void write(Parts.Part part, Slab slab, ByteBuffer from) throws IOException {
    out.write(part.name(), slab.firstRow() * part.rowBytes(), from);
  }
}
