package dev.hale.training.processes;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** A process that averages gradients anyone can compute, or waits to be killed. */
final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    Rendezvous meeting =
        Rendezvous.of(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), arguments[3])
            .waiting(Duration.ofSeconds(100), Duration.ofSeconds(20));
    try (ProcessGroup workers = ProcessGroup.connect(meeting, Device.CPU)) {
      System.out.println("connected");
      if (arguments[0].equals("idle")) {
        Thread.sleep(150_000);
      }
      System.out.println(average(workers));
      System.out.println("mean " + workers.mean(0.1 * (workers.rank() + 1)));
      workers.barrier();
    }
  }

  /** Compares with the formula, and answers with a checksum of all bits. */
  private static String average(ProcessGroup workers) {
    CRC32 checksum = new CRC32();
    try (Scope scope = new Scope()) {
      List<Tensor> gradients = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        gradients.add(ramp(1 + i % 50).add(new Scalar(i)));
      }
      gradients.add(ramp(ProcessGroup.BUCKET + 1000));
      gradients.add(ramp(2 * 3 * 4 * 5).reshape(2, 3, 4, 5).contiguous(MemoryFormat.ChannelsLast));
      gradients.add(ramp(0));
      gradients.add(ramp(7).reshape(1, 7).expand(3, 7).clone().t());
      List<Tensor> expected = new ArrayList<>();
      double sum = 0; // of the ranks' factors
      for (int rank = 0; rank < workers.size(); rank++) {
        sum += factor(rank);
      }
      for (Tensor gradient : gradients) {
        expected.add(gradient.mul(new Scalar(sum / workers.size())));
        gradient.mul_(new Scalar((double) factor(workers.rank())));
      }
      workers.averageGradients(gradients);
      for (int i = 0; i < gradients.size(); i++) {
        if (!gradients.get(i).allclose(expected.get(i), 1e-6, 0, false)) {
          throw new AssertionError("gradient " + i + " differs");
        }
        Tensor row = gradients.get(i).contiguous().reshape(-1);
        for (long from = 0; from < row.numel(); from += 1 << 20) {
          Tensor part = row.narrow(0, from, Math.min(1 << 20, row.numel() - from));
          float[] values = dev.hale.engine.Tensors.values(part);
          for (float value : values) {
            int bits = Float.floatToRawIntBits(value);
            checksum.update(bits);
            checksum.update(bits >>> 16);
          }
        }
      }
    }
    return "checksum " + checksum.getValue();
  }

  private static int factor(int rank) {
    return 1 + 4 * rank * rank; // 1, 5, 17
  }

  /** 0, 0.1, 0.2, … which no float holds exactly. */
  private static Tensor ramp(long length) {
    return torch.arange(new Scalar((double) length)).fmod(new Scalar(1000.0)).mul(new Scalar(0.1));
  }
}
