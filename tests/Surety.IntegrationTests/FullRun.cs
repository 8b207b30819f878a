namespace Surety.IntegrationTests;

/// <summary>How much of a suite is run: a short form always, the long one by <c>./test.sh --full</c>.</summary>
internal static class FullRun
{
    private static bool IsFull => Environment.GetEnvironmentVariable("SURETY_TEST_FULL") == "1";

    public static int Of(int shortForm, int full) => IsFull ? full : shortForm;

    public static IEnumerable<T> Of<T>(IReadOnlyList<T> all, int shortForm) => IsFull ? all : all.Take(shortForm);

    /// <summary>Draws a seed and prints it; <c>SURETY_TEST_SEED</c> replays one.</summary>
    public static Random Chance(string suite)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SURETY_TEST_SEED"), out var given)
            ? given
            : Random.Shared.Next();
        Console.WriteLine($"{suite}: SURETY_TEST_SEED={seed}");
        return new Random(seed);
    }
}
