using Surety.Core.Configuration;
using Surety.Repository.Errors;
using Surety.Repository.Storage.S3;

namespace Surety.Tests.Configuration;

public sealed class S3SettingsTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("s3://backups", "backups", "")]
    [InlineData("s3://backups/", "backups", "")]
    [InlineData("s3://my.backups-1/surety/shop/", "my.backups-1", "surety/shop")]
    public void An_address_names_bucket_and_prefix(string address, string bucket, string prefix)
    {
        Place(folder.Load(repo: address)).ShouldBe(new S3Place(bucket, prefix));
        Place(folder.Load(null, null, null, ("SURETY_REPOSITORY", address))).ShouldBe(new S3Place(bucket, prefix));
    }

    [Fact]
    public void Without_a_file_the_AWS_variables_say_the_rest() =>
        Place(
                folder.Load(
                    null,
                    "s3://backups",
                    null,
                    ("AWS_ENDPOINT_URL_S3", "https://minio.internal:9000"),
                    ("AWS_ENDPOINT_URL", "https://other"),
                    ("AWS_DEFAULT_REGION", "eu-west-1"),
                    ("SURETY_S3_PATH_STYLE", "false")
                )
            )
            .ShouldBe(
                new S3Place("backups", "")
                {
                    Endpoint = new Uri("https://minio.internal:9000"),
                    Region = "eu-west-1",
                    PathStyle = false,
                }
            );

    [Fact]
    public void The_file_wins_over_the_AWS_variables_and_its_keys_come_from_variables_or_files()
    {
        File.WriteAllText(Path.Join(folder.Path, "secret"), "s3cr3t\n");
        folder.Write(
            """
            repositories:
              offsite:
                s3: s3://backups/shop
                endpoint: http://127.0.0.1:9000
                region: garage
                path_style: true
                access_key: ${KEY}
                secret_key_file: secret
            """
        );

        var place = Place(folder.Load(null, null, null, ("KEY", "AK"), ("AWS_REGION", "eu-west-1")));

        (place with { Keys = null }).ShouldBe(
            new S3Place("backups", "shop")
            {
                Endpoint = new Uri("http://127.0.0.1:9000"),
                Region = "garage",
                PathStyle = true,
            }
        );
        (place.Keys!.AccessKey, place.Keys.SecretKey).ShouldBe(("AK", "s3cr3t"));
        place.ToString().ShouldNotContain("s3cr3t");
    }

    [Theory]
    [InlineData("s3://", "'s3://' is no s3:// address")]
    [InlineData("s3://a", "'s3://a' is no s3:// address")]
    [InlineData("s3://backups/a//b", "'s3://backups/a//b' is no s3:// address")]
    [InlineData("s3://backups/../other", "'s3://backups/../other' is no s3:// address")]
    [InlineData("s3://backups?x=1", "'s3://backups?x=1' is no s3:// address")]
    [InlineData("s3://key:s3cr3t@backups", "an s3:// address holds no credentials")]
    public void What_is_no_address_is_refused_and_no_secret_is_shown(string address, string fact)
    {
        var complaint = Complaint(() => folder.Load(repo: address).FindRepository());

        complaint.ShouldStartWith($"{fact}; nothing was done | write s3://");
        complaint.ShouldNotContain("s3cr3t");
    }

    [Theory]
    [InlineData("path: /x\n    s3: s3://backups", "repositories.main has both a path and an s3 address")]
    [InlineData("path: /x\n    region: y", "repositories.main.region belongs to a repository in a bucket")]
    [InlineData("s3: backups/x", "repositories.main.s3 is no s3:// address")]
    [InlineData("s3: s3://backups\n    endpoint: minio:9000", "repositories.main.endpoint is no address of a service")]
    [InlineData("s3: s3://backups\n    path_style: maybe", "repositories.main.path_style is neither true nor false")]
    [InlineData("s3: s3://backups\n    access_key: ${K}", "access_key and secret_key belong together, and one")]
    [InlineData("s3: s3://backups\n    secret_key: s3cr3t", "repositories.main.secret_key holds a secret in the file")]
    [InlineData("s3: s3://backups\n    secret_key_file: missing", "missing cannot be read")]
    [InlineData(
        "s3: s3://backups\n    profile: p\n    access_key: ${K}\n    secret_key: ${K}",
        "repositories.main.profile and keys are both given"
    )]
    public void A_file_that_does_not_make_sense_is_refused(string repository, string fact)
    {
        folder.Write($"repositories:\n  main:\n    {repository}\n");

        var complaint = Complaint(() => folder.Load(null, null, null, ("K", "v")).FindRepository());

        complaint.ShouldContain(fact);
        complaint.ShouldStartWith("surety.yaml:");
        complaint.ShouldNotContain("s3cr3t");
    }

    private static S3Place Place(SuretySettings settings) => settings.FindRepository().Place.ShouldBeOfType<S3Place>();

    private static string Complaint(Func<object> action)
    {
        var exception = Should.Throw<SuretyException>(action);
        exception.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        return $"{exception.Message} | {exception.Hint}";
    }
}
