namespace Surety.IntegrationTests.Versions;

/// <summary>The version matrix needs PostgreSQL 15, 17 and 18 and some minutes: <c>./test.sh --full</c>.</summary>
internal static class Matrix
{
    public static string? Skip =>
        Environment.GetEnvironmentVariable("SURETY_TEST_FULL") == "1" ? null : "the version matrix: ./test.sh --full";
}

internal sealed class MatrixFactAttribute : FactAttribute
{
    public MatrixFactAttribute() => Skip = Matrix.Skip;
}

internal sealed class MatrixTheoryAttribute : TheoryAttribute
{
    public MatrixTheoryAttribute() => Skip = Matrix.Skip;
}
