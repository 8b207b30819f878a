using Surety.Core.Postgres.Wire;

namespace Surety.Tests.Postgres;

public sealed class ScramExchangeTests
{
    // The example of RFC 7677, section 3.
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = $"r={Nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private readonly ScramExchange exchange = new("pencil", Nonce, ChannelBindingData.Impossible, "user");

    [Fact]
    public void The_exchange_of_the_rfc_comes_out()
    {
        exchange.ClientFirst.ShouldBe($"n,,n=user,r={Nonce}");
        exchange
            .ClientFinal(ServerFirst)
            .ShouldBe($"c=biws,r={Nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        exchange.IsProvenBy("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").ShouldBeTrue();
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("e=other-error")]
    public void A_server_that_does_not_know_the_password_is_found_out(string serverFinal)
    {
        exchange.ClientFinal(ServerFirst);

        exchange.IsProvenBy(serverFinal).ShouldBeFalse();
    }

    [Theory]
    [InlineData("r=somebodyElse,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("nonsense")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0")]
    [InlineData($"r={Nonce}x,s=?,i=4096")]
    public void A_challenge_that_is_not_for_this_client_is_refused(string serverFirst) =>
        Should.Throw<InvalidDataException>(() => exchange.ClientFinal(serverFirst));
}
