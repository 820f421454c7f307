import java.io.File;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Prints tag, count, maximum and 99th percentile of each histogram of a log, as the reference implementation reads it. */
public class ReadHdrLog {
  public static void main(String[] arguments) throws Exception {
    HistogramLogReader reader = new HistogramLogReader(new File(arguments[0]));
    for (EncodableHistogram each = reader.nextIntervalHistogram(); each != null; each = reader.nextIntervalHistogram()) {
      Histogram histogram = (Histogram) each;
      System.out.println(histogram.getTag() + " " + histogram.getTotalCount() + " " + histogram.getMaxValue() + " "
          + histogram.getValueAtPercentile(99));
    }
  }
}
