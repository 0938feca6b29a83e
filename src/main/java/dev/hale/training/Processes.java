package dev.hale.training;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The processes that train one network together. Each call is made by all of them, in the same
 * order, and fails in all of them where one is gone.
 */
public interface Processes {
  /** A process that trains by itself. */
  Processes ALONE =
      new Processes() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public void averageGradients(List<Tensor> gradients) {}

        @Override
        public double mean(double value) {
          return value;
        }

        @Override
        public void barrier() {}
      };

  /** Which of them this is, from 0; the first one writes the files. */
  int rank();

  /** How many there are. */
  int size();

  /**
   * Replaces float32 tensors by their means over all processes, to the same bits in each.
   *
   * @param gradients of the same shapes in every process
   */
  void averageGradients(List<Tensor> gradients);

  /** The mean of a number over all processes. */
  double mean(double value);

  /** Returns when all have called it. */
  void barrier();

  /** Replaces a float32 tensor by its sum over all processes, to the same bits in each. */
  default void sum(Tensor tensor) {
    if (size() > 1) {
      averageGradients(List.of(tensor));
      tensor.mul_(new Scalar(size()));
    }
  }
}
