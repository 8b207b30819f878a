using Surety.Repository.Bundle;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;

namespace Surety.Repository.Storage;

/// <summary>Where a repository is. Whoever needs its store asks here, and disposes it after use.</summary>
public abstract record RepositoryPlace
{
    /// <summary>
    /// Its store. <see cref="ErrorCode.RepositoryNotFound"/> where there is no such folder; of a bucket that is found out
    /// by the first access.
    /// </summary>
    public abstract IOpenBlobStore Open(TimeProvider clock);

    /// <summary>As <see cref="Open"/>, for a new repository: makes the folder where it is missing.</summary>
    public abstract IOpenBlobStore Create(TimeProvider clock);
}

/// <param name="Path">Full path of the folder.</param>
public sealed record FolderPlace(string Path) : RepositoryPlace
{
    public override IOpenBlobStore Open(TimeProvider clock) => LocalBlobStore.Open(Path, clock);

    public override IOpenBlobStore Create(TimeProvider clock) => LocalBlobStore.Create(Path, clock);
}

/// <param name="Path">Full path of the file: one backup, as <c>surety bundle</c> wrote it.</param>
public sealed record BundlePlace(string Path) : RepositoryPlace
{
    public override IOpenBlobStore Open(TimeProvider clock) => BundleStore.Open(Path);

    public override IOpenBlobStore Create(TimeProvider clock) =>
        throw new SuretyException(
            ErrorCode.TargetNotEmpty,
            $"{Path} is a file; nothing was changed",
            "name a new or an empty folder for the repository"
        )
        {
            Object = Path,
        };
}
