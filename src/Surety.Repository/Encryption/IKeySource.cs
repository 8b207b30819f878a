namespace Surety.Repository.Encryption;

/// <summary>Where the key of one repository comes from. Asked only once the repository is known to be encrypted.</summary>
public interface IKeySource
{
    /// <summary>
    /// True where somebody counts on the repository being encrypted. One that is not is then refused: it may have been
    /// put in the place of the one that was meant.
    /// </summary>
    bool RequiresEncryption { get; }

    /// <summary>The secret, which the caller disposes; null where there is none.</summary>
    /// <param name="location">Of the repository, for a question.</param>
    ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken);
}

/// <summary>For repositories that are not encrypted.</summary>
public sealed class NoKey : IKeySource
{
    public static NoKey Instance { get; } = new();

    private NoKey() { }

    public bool RequiresEncryption => false;

    public ValueTask<KeySecret?> FindAsync(string location, CancellationToken cancellationToken) =>
        new((KeySecret?)null);
}
