namespace Surety.Repository.Encryption;

/// <summary>A key to be: what will open the repository, and how it is called in a list. Its owner disposes the secret.</summary>
/// <param name="Secret">A passphrase or a key file.</param>
/// <param name="Label">For people, or null. It is stored in clear.</param>
public sealed record NewKey(KeySecret Secret, string? Label)
{
    /// <summary>Rounds of PBKDF2 for a passphrase. Fewer are for tests: they make guessing cheap.</summary>
    internal int Iterations { get; init; } = KeyDerivation.StandardIterations;
}
